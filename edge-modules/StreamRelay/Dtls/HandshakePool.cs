namespace Marquee.StreamRelay.Dtls;

/// <summary>Threads for the library's blocking handshakes: so many at once, so many waiting, no more.</summary>
internal sealed class HandshakePool(int maxRunning = HandshakePool.DefaultRunning, int maxWaiting = HandshakePool.DefaultWaiting)
{
    /// <summary>Each costs 1.2 ms of processor but waits for two round trips: 64 make 300 a second at 200 ms.</summary>
    public const int DefaultRunning = 64;

    public const int DefaultWaiting = 512;

    private const int StackBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<Action> _waiting = new();
    private int _running;

    public int Running
    {
        get
        {
            lock (_lock) return _running;
        }
    }

    /// <returns>False when as many wait as may.</returns>
    public bool TryRun(Action handshake)
    {
        lock (_lock)
        {
            if (_running >= maxRunning)
            {
                if (_waiting.Count >= maxWaiting) return false;
                _waiting.Enqueue(handshake);
                return true;
            }
            _running++;
        }
        new Thread(() => Work(handshake), StackBytes) { IsBackground = true, Name = "dtls-handshake" }.Start();
        return true;
    }

    private void Work(Action? handshake)
    {
        while (handshake is not null)
        {
            handshake();
            lock (_lock)
            {
                if (_waiting.TryDequeue(out handshake)) continue;
                _running--;
                return;
            }
        }
    }
}
