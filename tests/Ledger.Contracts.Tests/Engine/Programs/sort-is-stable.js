// expects "true:0,13,26,39"
const people = []; for (let i = 0; i < 600; i++) people.push({ i, key: (i * 7919) % 13 }); people.sort((a, b) => a.key - b.key);
let stable = true; for (let i = 1; i < people.length; i++) if (people[i - 1].key === people[i].key && people[i - 1].i > people[i].i) stable = false; stable + ':' + people.slice(0, 4).map((p) => p.i).join();
