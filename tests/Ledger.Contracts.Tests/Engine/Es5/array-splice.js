var a = [1, 2, 3, 4, 5]; var out = a.splice(1, 2, 'a', 'b', 'c'); a.unshift(0); a.shift(); a.push(9); a.pop();
out.join() + '|' + a.join() + '|' + a.length;
