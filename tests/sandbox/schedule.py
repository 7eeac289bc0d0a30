"""Work for later: after real seconds (finishing a payment) or at a time of the sandbox clock
(an event's retry, which becomes due when somebody moves the clock)."""

import concurrent.futures
import heapq
import itertools
import threading
import time
import traceback

CLOCK_POLL_S = 0.1


class Scheduler:
    def __init__(self, clock, log):
        self.clock = clock
        self.log = log
        self.pool = concurrent.futures.ThreadPoolExecutor(max_workers=64)
        self.condition = threading.Condition()
        self.real = []
        self.virtual = []
        self.ticket = itertools.count()
        threading.Thread(target=self.loop, daemon=True).start()

    def soon(self, action, *args):
        return self.pool.submit(self.guarded, action, args)

    def after(self, seconds, action, *args):
        """Run after real seconds."""
        self.push(self.real, time.monotonic() + seconds, action, args)

    def at(self, moment, action, *args):
        """Run once the sandbox clock has reached `moment`."""
        self.push(self.virtual, moment, action, args)

    def clear(self):
        with self.condition:
            self.real.clear()
            self.virtual.clear()

    def push(self, heap, moment, action, args):
        with self.condition:
            heapq.heappush(heap, (moment, next(self.ticket), action, args))
            self.condition.notify()

    def guarded(self, action, args):
        try:
            return action(*args)
        except Exception:
            self.log(traceback.format_exc())
            raise

    def due(self):
        """Pop what is due from both heaps; also the seconds to sleep (None = until told)."""
        actions = []
        for heap, now in ((self.real, time.monotonic()), (self.virtual, self.clock.now())):
            while heap and heap[0][0] <= now:
                actions.append(heapq.heappop(heap))
        pause = None
        if self.real:
            pause = max(0.0, self.real[0][0] - time.monotonic())
        if self.virtual:
            pause = min(CLOCK_POLL_S, CLOCK_POLL_S if pause is None else pause)
        return actions, pause

    def loop(self):
        while True:
            with self.condition:
                actions, pause = self.due()
                if not actions:
                    self.condition.wait(pause)
                    continue
            for _, _, action, args in actions:
                self.soon(action, *args)
