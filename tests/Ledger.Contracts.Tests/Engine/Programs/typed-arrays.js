// expects "128,0,0,0,0,0,0,0,24,45,68,84,251,33,9,64|255,0,2,2|1.100000023841858|3.141592653589793|7|-128|2|1,2,3|-1,0,0,NaN|-1|1|2|12|0,7,7"
const b = new ArrayBuffer(16); const v = new DataView(b); v.setInt16(0, -2); v.setFloat64(8, Math.PI, true); v.setBigUint64(0, 2n ** 63n);
const u = new Uint8Array(b); const c = new Uint8ClampedArray([300, -5, 1.5, 2.5]); const f = new Float32Array([1.1]);
[u.join(), c.join(), f[0], v.getFloat64(8, true), new Uint16Array([65536 + 7])[0], Int8Array.from([128])[0], u.subarray(8, 10).length, new Uint8Array([3, 1, 2]).sort().join(), new Float64Array([NaN, -0, 0, -1]).sort().join(), BigInt64Array.of(-1n)[0], u.slice(0, 1).length, new Uint8Array(new Set([1, 2])).length, b.slice(4).byteLength, new Uint8Array(3).fill(7, 1).join()].join('|');
