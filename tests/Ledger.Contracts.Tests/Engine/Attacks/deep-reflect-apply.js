const r = () => Reflect.apply(r, null, []); r();
