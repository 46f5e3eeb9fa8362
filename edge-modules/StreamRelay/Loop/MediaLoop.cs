using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.StreamRelay.Loop;

/// <summary>
/// The one thread that owns all media state. A turn: wait for datagrams or the next timer, take a batch from each ready port, run what
/// other threads posted, run due timers, flush what was sent. Nothing in here allocates once ports and timers are set up.
/// </summary>
internal sealed class MediaLoop : IAsyncDisposable
{
    /// <summary>Work that other threads may have waiting. Past it they are refused: the loop is stuck or flooded.</summary>
    public const int MaxPosted = 16_384;

    /// <summary>Posted work that one turn runs, so that a flood of it does not keep media waiting.</summary>
    private const int MaxPostedPerTurn = 256;

    /// <summary>A clock that is moved by hand is looked at again this often.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly LoopClock _clock;
    private readonly ILogger _logger;
    private readonly LoopWaiter _waiter = new();
    private readonly LoopTimers _timers = new();
    private readonly LoopWake _wake = new();
    private readonly ConcurrentQueue<(Action Work, Action? Cancel)> _posted = new();
    private readonly List<Action<long>> _afterBatch = [];
    private readonly List<Action<long>> _beforeFlush = [];
    private readonly List<Action<long>> _afterFlush = [];
    private int _postedCount;
    private Thread? _thread;
    private int _loopThreadId;
    private bool _hasMore;
    private volatile bool _isStopping;

    public MediaLoop(TimeProvider time, ILogger<MediaLoop>? logger = null)
    {
        _clock = new LoopClock(time);
        _logger = (ILogger?)logger ?? NullLogger.Instance;
        _waiter.Add(_wake);
        Now = _clock.Now;
    }

    public LoopClock Clock => _clock;

    /// <summary>The time of this turn, in timestamp units of the provider.</summary>
    public long Now { get; private set; }

    /// <summary>
    /// Bytes that receiving and sending have allocated since the start: constant while media flows in steady state. Timers and posted work,
    /// which may allocate, are not in it. From any thread: a number may be a turn old.
    /// </summary>
    public long MediaAllocatedBytes { get; private set; }

    public bool IsOnLoop => Environment.CurrentManagedThreadId == Volatile.Read(ref _loopThreadId);

    public void Start()
    {
        if (_thread is not null) throw new InvalidOperationException("the media loop has been started");
        _thread = new Thread(Run) { Name = "media-loop", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>Watches a port. Before the start, or on the loop. The loop does not dispose of it.</summary>
    public void Attach(ILoopPort port) => _waiter.Add(port);

    public void Detach(ILoopPort port) => _waiter.Remove(port);

    /// <summary>Runs after each turn's received batches, while their datagrams are still valid.</summary>
    public void AfterBatch(Action<long> work) => _afterBatch.Add(work);

    /// <summary>Runs at the end of each turn, before ports are flushed.</summary>
    public void BeforeFlush(Action<long> work) => _beforeFlush.Add(work);

    /// <summary>Runs at the end of each turn, after ports are flushed, with the time at which the turn began.</summary>
    public void AfterFlush(Action<long> work) => _afterFlush.Add(work);

    /// <summary>Runs work on the loop, in the order in which it was posted. From any thread.</summary>
    /// <exception cref="InvalidOperationException"><see cref="MaxPosted"/> are waiting, or the loop has ended.</exception>
    public void Post(Action work) => Post(work, null);

    private void Post(Action work, Action? cancel)
    {
        if (_isStopping) throw new InvalidOperationException("the media loop has ended");
        if (Interlocked.Increment(ref _postedCount) > MaxPosted)
        {
            Interlocked.Decrement(ref _postedCount);
            throw new InvalidOperationException("the media loop is overloaded");
        }
        _posted.Enqueue((work, cancel));
        if (!IsOnLoop) _wake.Signal();
    }

    /// <summary>Runs work on the loop and gives back its result or failure. Runs at once when called on the loop.</summary>
    public Task<T> InvokeAsync<T>(Func<T> work)
    {
        if (IsOnLoop) return Task.FromResult(work());
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }, done.SetCanceled);
        return done.Task;
    }

    public Task InvokeAsync(Action work) => InvokeAsync(() =>
    {
        work();
        return true;
    });

    /// <summary>Runs a tick each period: before the start, or on the loop.</summary>
    /// <returns>Disposing it, on the loop, stops it.</returns>
    public IDisposable Every(TimeSpan period, Action<long> tick) => _timers.Add(_clock.Ticks(period), tick, _clock.Now);

    /// <summary>One turn on the calling thread: for tests, and for hosts that bring their own thread.</summary>
    public void Turn(TimeSpan maxWait)
    {
        Volatile.Write(ref _loopThreadId, Environment.CurrentManagedThreadId);
        _waiter.Wait(WaitTime(maxWait));
        Now = _clock.Now;
        _hasMore = false;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < _waiter.Count; i++)
            if (_waiter.IsReady(i)) Receive(_waiter[i]);
        foreach (var work in _afterBatch) Guarded(work);
        MediaAllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
        RunPosted();
        RunTimers();
        allocated = GC.GetAllocatedBytesForCurrentThread();
        foreach (var work in _beforeFlush) Guarded(work);
        for (var i = 0; i < _waiter.Count; i++) _waiter[i].Flush();
        MediaAllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
        foreach (var work in _afterFlush) Guarded(work);
    }

    /// <summary>Ends the thread. What is still posted is dropped; who awaits it sees it cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopping) return;
        _isStopping = true;
        _wake.Signal();
        if (_thread is { } thread) await Task.Run(thread.Join);
        while (_posted.TryDequeue(out var posted)) posted.Cancel?.Invoke();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_isStopping) Turn(LongestWait);
    }

    private TimeSpan WaitTime(TimeSpan maxWait)
    {
        if (_hasMore || !_posted.IsEmpty) return TimeSpan.Zero;
        var due = _timers.NextDue;
        if (due == long.MaxValue) return maxWait;
        var wait = _clock.ToTimeSpan(Math.Max(0, due - _clock.Now));
        return wait < maxWait ? wait : maxWait;
    }

    private void Receive(ILoopPort port)
    {
        try
        {
            _hasMore |= port.Ready(Now);
        }
        catch (Exception e)
        {
            LoopLog.WorkFailed(_logger, e);
        }
    }

    private void RunPosted()
    {
        for (var i = 0; i < MaxPostedPerTurn && _posted.TryDequeue(out var posted); i++)
        {
            Interlocked.Decrement(ref _postedCount);
            try
            {
                posted.Work();
            }
            catch (Exception e)
            {
                LoopLog.WorkFailed(_logger, e);
            }
        }
    }

    private void RunTimers()
    {
        try
        {
            _timers.Run(Now);
        }
        catch (Exception e)
        {
            LoopLog.WorkFailed(_logger, e);
        }
    }

    private void Guarded(Action<long> work)
    {
        try
        {
            work(Now);
        }
        catch (Exception e)
        {
            LoopLog.WorkFailed(_logger, e);
        }
    }
}
