var s = 'The quick brown fox';
[s.charAt(4), s.charCodeAt(0), s.indexOf('quick'), s.substring(4, 9), s.substr(-3), s.slice(-3, -1), s.split(' ').length, s.toUpperCase(), s.replace('quick', 'slow'), '  x '.trim() + '.', s.lastIndexOf('o'), 'a,b,c'.split(',', 2).join(';'), s.concat('!', 1)].join('|');
