let s = 'a'; for (let i = 0; i < 1e6; i++) s = s + 'b' + i; s.charCodeAt(5);
