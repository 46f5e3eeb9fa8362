namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>How many bytes of message content stay in memory; what is over it is read from the disk when delivered.</summary>
internal sealed class ContentBudget(long limitBytes)
{
    private long _heldBytes;

    public long HeldBytes => Interlocked.Read(ref _heldBytes);

    public bool TryHold(int bytes)
    {
        if (Interlocked.Add(ref _heldBytes, bytes) <= limitBytes)
            return true;
        Interlocked.Add(ref _heldBytes, -bytes);
        return false;
    }

    public void Release(int bytes) => Interlocked.Add(ref _heldBytes, -bytes);
}
