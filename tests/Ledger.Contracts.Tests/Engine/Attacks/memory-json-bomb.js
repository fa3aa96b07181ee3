let a = ['xxxxxxxxxxxxxxxxxxxxxxxx']; for (let i = 0; i < 26; i++) a = [a, a]; JSON.stringify(a).length;
