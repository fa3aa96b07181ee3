Promise.prototype.then = () => { for (;;); }; Promise.resolve(1);
