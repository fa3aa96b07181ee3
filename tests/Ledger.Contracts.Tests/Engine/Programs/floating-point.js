// expects "670047785"
let h = 0; const view = new DataView(new ArrayBuffer(8)); const mix = (x) => { view.setFloat64(0, x); h = (Math.imul(h, 31) + (view.getInt32(0) ^ view.getInt32(4))) | 0; };
for (let i = 1; i < 3000; i++) { const x = i / 7; mix(x * x - 1 / x); mix(Math.sqrt(x)); mix((x * 1e10) % 3.7); mix(Math.floor(x) + Math.fround(x)); } h;
