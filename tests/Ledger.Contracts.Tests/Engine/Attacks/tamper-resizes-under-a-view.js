const b = new ArrayBuffer(1e6, { maxByteLength: 2e6 }); const v = new Uint8Array(b);
v.fill({ valueOf() { b.resize(8); return 7; } }); v.sort((x, y) => { b.resize(0); return x - y; }); v.length;
