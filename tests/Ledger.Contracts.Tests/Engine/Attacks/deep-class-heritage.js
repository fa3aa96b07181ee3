let C = class {}; for (let i = 0; i < 20000; i++) C = class extends C {}; new C();
