new Function('return this')() === globalThis;
