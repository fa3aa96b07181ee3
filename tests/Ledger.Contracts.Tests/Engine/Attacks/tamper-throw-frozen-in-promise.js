Promise.reject(Object.freeze(Object.create(null)));
