# asyncio: tasks, timeouts, threads, processes, streams.
# RUN: %python %s
# RUN: pyvm --check-leaks %s
import sys

del sys.path[0]  # there are modules' names beside this file
import asyncio
import contextvars

variable = contextvars.ContextVar("variable", default=0)


async def double(n):
    variable.set(n)
    await asyncio.sleep(0.01)
    assert variable.get() == n
    return n * 2


async def upper(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def main():
    assert await asyncio.gather(*(double(i) for i in range(5))) == [0, 2, 4, 6, 8] and variable.get() == 0
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError:
        pass
    else:
        raise AssertionError
    async with asyncio.TaskGroup() as group:
        task = group.create_task(double(3))
    assert task.result() == 6
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(5))
            group.create_task(double(None))
    except* TypeError as errors:
        assert len(errors.exceptions) == 1
    else:
        raise AssertionError
    assert await asyncio.get_running_loop().run_in_executor(None, lambda: 42) == 42
    variable.set(7)
    assert await asyncio.to_thread(variable.get) == 7
    process = await asyncio.create_subprocess_exec("echo", "hi", stdout=asyncio.subprocess.PIPE)
    assert await process.communicate() == (b"hi\n", None)
    server = await asyncio.start_server(upper, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello\n")
    assert await reader.readline() == b"HELLO\n"
    writer.close()
    server.close()
    queue = asyncio.Queue()
    asyncio.get_running_loop().call_later(0.01, queue.put_nowait, 1)
    assert await asyncio.wait_for(queue.get(), 5) == 1
    return "done"


assert asyncio.run(main()) == "done"
