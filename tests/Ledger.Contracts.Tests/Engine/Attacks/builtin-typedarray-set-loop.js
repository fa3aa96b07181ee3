const a = new Uint8Array(4e6), b = new Uint8Array(4e6); for (;;) a.set(b);
