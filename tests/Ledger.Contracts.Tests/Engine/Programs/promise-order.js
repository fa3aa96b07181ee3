// expects "0,1,2,3,4,5,6"
const log = []; const p = Promise.resolve(); p.then(() => log.push(1)).then(() => log.push(4)); p.then(() => { log.push(2); p.then(() => log.push(5)); }); (async () => { log.push(0); await null; log.push(3); await { then(r) { r(); } }; log.push(6); })();
new Promise((r) => p.then().then().then().then().then().then(() => r())).then(() => log.join());
