"""What was worked out last for each open store, at hand for whoever asks for the same again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from db.engine import Store

Thing = TypeVar("Thing")


class AtHand(Generic[Thing]):
    """Things by their keys, up to a size together; the last asked for is kept whatever its size.

    Who asks for one that is being made waits for it.
    """

    def __init__(self, most: float, size: Callable[[Thing], float]) -> None:
        self.most, self.size = most, size
        self._of: WeakKeyDictionary[Store, OrderedDict[Hashable, Future[Thing]]] = (
            WeakKeyDictionary()
        )
        self._lock = Lock()

    def get(self, store: Store, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing of that key, made where nobody did yet."""
        with self._lock:
            known = self._of.setdefault(store, OrderedDict())
            promised = known.get(key)
            ours = promised is None
            if promised is None:
                promised = known[key] = Future()
            known.move_to_end(key)
        if not ours:
            return promised.result()
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                known.pop(key, None)
            promised.set_exception(error)
            raise
        promised.set_result(made)
        with self._lock:
            self._let_go(known)
        return made

    def last(self, store: Store, wanted: Callable[[Hashable], bool]) -> Thing | None:
        """The one asked for last among those whose keys are wanted, if it is ready."""
        with self._lock:
            known = list(self._of.get(store, {}).items())
        for key, one in reversed(known):
            if wanted(key) and one.done() and one.exception() is None:
                return one.result()
        return None

    def _let_go(self, known: "OrderedDict[Hashable, Future[Thing]]") -> None:
        """Forget those that were asked for longest ago, as far as there are too many."""
        done = {
            key: self.size(one.result())
            for key, one in known.items()
            if one.done() and one.exception() is None
        }
        held = sum(done.values())
        for key, size in list(done.items())[:-1]:
            if held <= self.most:
                return
            held -= size
            del known[key]
