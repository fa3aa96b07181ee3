Math.max.apply(null, { length: 4e8 });
