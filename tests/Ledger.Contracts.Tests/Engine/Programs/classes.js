// expects "14|1|s|true|false|[object Savings]|true|TypeError"
class Account { #balance = 0n; static count = 0; constructor(owner) { this.owner = owner; Account.count++; }
  get balance() { return this.#balance; } deposit(n) { this.#balance += n; return this; } static #secret() { return 's'; } static reveal() { return Account.#secret(); }
  has(o) { return #balance in o; } }
class Savings extends Account { deposit(n) { return super.deposit(n * 2n); } get [Symbol.toStringTag]() { return 'Savings'; } }
const s = new Savings('a').deposit(3n).deposit(4n);
[s.balance, Account.count, Account.reveal(), s.has(s), s.has({}), String(s), s instanceof Account, (() => { try { Account(); } catch (e) { return e.name; } })()].join('|');
