function Shape(n) { this.n = n; } Shape.prototype.area = function () { return 0; }; Shape.prototype.say = function () { return this.n + ':' + this.area(); };
function Square(s) { Shape.call(this, 'square'); this.s = s; } Square.prototype = Object.create(Shape.prototype); Square.prototype.constructor = Square; Square.prototype.area = function () { return this.s * this.s; };
var q = new Square(4); [q.say(), q instanceof Shape, Square.prototype.isPrototypeOf(q), q.hasOwnProperty('area')].join();
