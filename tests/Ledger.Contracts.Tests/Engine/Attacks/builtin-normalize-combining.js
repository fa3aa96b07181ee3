('a' + '\u0315\u0300\u05ae\u0062'.repeat(1e5)).normalize('NFKC').length;
