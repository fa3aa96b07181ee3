class Deep { constructor() { new Deep(); } } new Deep();
