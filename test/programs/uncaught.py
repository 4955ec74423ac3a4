# RUN: %S/every-way.sh %s %t
# REQUIRES: pyvm
class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise RuntimeError(f"balance {self.balance} is less than {amount}")
        self.balance -= amount


accounts = {name: Account(n) for n, name in enumerate("abc")}
print("before")
[accounts[k].withdraw(1) for k in "cba"]
