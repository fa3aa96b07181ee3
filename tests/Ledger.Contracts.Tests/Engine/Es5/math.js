[Math.max(1, 5, 3), Math.min(), Math.floor(-1.5), Math.ceil(1.2), Math.round(2.5), Math.abs(-7), Math.pow(2, 10), Math.sqrt(144)].join();
