const r = () => 'a'.replace(/a/, r); r();
