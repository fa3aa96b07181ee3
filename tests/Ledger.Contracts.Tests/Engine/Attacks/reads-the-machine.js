[typeof process, typeof require, typeof performance, typeof setTimeout, typeof Intl, Math.random, Date.now(), new Date(2020, 6, 1).getTimezoneOffset()].join();
