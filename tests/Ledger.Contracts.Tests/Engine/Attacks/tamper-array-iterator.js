Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ value: 1, done: false }); [...[1, 2]].length;
