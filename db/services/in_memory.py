"""Memories of what was worked out last, for whoever asks for the same again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from db.engine import Store

Thing = TypeVar("Thing")


class Memory(Generic[Thing]):
    """Things by their keys, up to a size together; the last asked for is kept whatever its size.

    Who asks for one that is being made waits for it.
    """

    def __init__(self, most: float, size: Callable[[Thing], float]) -> None:
        self.most, self.size = most, size
        self._known: OrderedDict[Hashable, Future[Thing]] = OrderedDict()
        self._lock = Lock()

    def found(self, key: Hashable) -> Thing | None:
        """The thing of that key where it is made, None where it is not."""
        with self._lock:
            promised = self._known.get(key)
            if promised is None or not promised.done():
                return None
            self._known.move_to_end(key)
        return None if promised.exception() else promised.result()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing of that key, made where nobody did yet; an error is told to all who wait."""
        while True:
            with self._lock:
                promised = self._known.get(key)
                ours = promised is None
                if promised is None:
                    promised = self._known[key] = Future()
                self._known.move_to_end(key)
            if ours:
                return self._made(key, promised, make)
            try:
                return promised.result()
            except CancelledError:
                continue  # Whoever made it was stopped.

    def _made(self, key: Hashable, promised: Future[Thing], make: Callable[[], Thing]) -> Thing:
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                self._known.pop(key, None)
            # That somebody's page was stopped, by a click elsewhere, is nobody else's error.
            if isinstance(error, Exception):
                promised.set_exception(error)
            else:
                promised.cancel()
            raise
        promised.set_result(made)
        with self._lock:
            self._let_go()
        return made

    def last(self, wanted: Callable[[Hashable], bool]) -> Thing | None:
        """The one asked for last among those whose keys are wanted, if it is ready."""
        with self._lock:
            known = list(self._known.items())
        for key, one in reversed(known):
            if wanted(key) and one.done() and not one.cancelled() and one.exception() is None:
                return one.result()
        return None

    def _let_go(self) -> None:
        """Forget those that were asked for longest ago, as far as there are too many."""
        done = {
            key: self.size(one.result())
            for key, one in self._known.items()
            if one.done() and one.exception() is None
        }
        held = sum(done.values())
        for key, size in list(done.items())[:-1]:
            if held <= self.most:
                return
            held -= size
            del self._known[key]


class AtHand(Generic[Thing]):
    """A memory for each open store, which goes with it."""

    def __init__(self, most: float, size: Callable[[Thing], float]) -> None:
        self.most, self.size = most, size
        self._of: WeakKeyDictionary[Store, Memory[Thing]] = WeakKeyDictionary()
        self._lock = Lock()

    def get(self, store: Store, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """The thing of that key of a store, made where nobody did yet."""
        return self._memory(store).get(key, make)

    def last(self, store: Store, wanted: Callable[[Hashable], bool]) -> Thing | None:
        """The one asked for last among those of a store whose keys are wanted, if it is ready."""
        return self._memory(store).last(wanted)

    def _memory(self, store: Store) -> Memory[Thing]:
        with self._lock:
            if store not in self._of:
                self._of[store] = Memory(self.most, self.size)
            return self._of[store]
