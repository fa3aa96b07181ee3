const b = new ArrayBuffer(800); const v = new Float64Array(b);
v.sort((x, y) => { b.transfer?.(); return x - y; }); v.set({ length: 5, get 0() { b.resize?.(0); return 1; } }); v.length;
