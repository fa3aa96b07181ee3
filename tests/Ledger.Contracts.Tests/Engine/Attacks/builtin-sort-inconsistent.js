let k = 7; const a = Array.from({ length: 2000 }, (_, i) => i);
a.sort(() => { k = (k * 16807) % 2147483647; return k % 3 - 1; }).slice(0, 8).join();
