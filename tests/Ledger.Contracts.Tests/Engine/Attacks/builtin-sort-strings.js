const a = Array.from({ length: 20000 }, (_, i) => 'x'.repeat(500) + i); a.sort()[7].length;
