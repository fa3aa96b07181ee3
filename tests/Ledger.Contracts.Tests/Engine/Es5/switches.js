function s(x) { switch (x) { case 1: return 'one'; case '1': return 'text'; case 2: case 3: return 'few'; default: return 'many'; } }
[s(1), s('1'), s(3), s(9)].join();
