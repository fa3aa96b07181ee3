var found = []; for (var i = 2; found.length < 60; i++) { var prime = true; for (var j = 2; j * j <= i; j++) if (i % j === 0) { prime = false; break; } if (prime) found.push(i); }
found.join(',');
