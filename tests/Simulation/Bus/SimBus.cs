using Marquee.Simulation.Time;

namespace Marquee.Simulation.Bus;

/// <summary>
/// Service Bus as far as Marquee leans on it: facts in sessions, in order, with duplicate detection; commands in a subscription per PoP; a
/// lock per session or message that runs out; a delivery count. Everything may come twice.
/// </summary>
internal sealed class SimBus(Agenda agenda, Chance chance)
{
    /// <summary>As the platform configures the subscription <c>cloud</c>.</summary>
    public const int MaxDeliveries = 100;

    public static readonly TimeSpan LockDuration = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, BusSession> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<BusMessage>> _commands = new(StringComparer.Ordinal);
    private long _numbers;
    private ulong _locks;

    /// <summary>How long the broker knows a message's id. Short ones leave the second copy to the inbox.</summary>
    public TimeSpan DuplicateWindow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Says yes and keeps nothing. Only to show that the simulation notices.</summary>
    public bool Forgets { get; init; }

    public List<BusMessage> DeadLetters { get; } = [];

    public bool IsDrained => _sessions.Values.All(s => s.Messages.Count == 0) && _commands.Values.All(c => c.Count == 0);

    public void SendFacts(IEnumerable<ServiceBusMessage> messages)
    {
        if (Forgets && chance.Happens(0.05)) return;
        foreach (var message in messages)
        {
            if (_seen.TryGetValue(message.MessageId, out var at) && at + DuplicateWindow > agenda.Now) continue;
            _seen[message.MessageId] = agenda.Now;
            if (!_sessions.TryGetValue(message.SessionId, out var session)) _sessions.Add(message.SessionId, session = new BusSession(message.SessionId));
            session.Messages.Add(new BusMessage(message, ++_numbers, agenda.Now));
        }
    }

    public void SendCommand(ServiceBusMessage message)
    {
        var waiting = Commands((string)message.ApplicationProperties["pop"]);
        waiting.Add(new BusMessage(message, ++_numbers, agenda.Now));
        // Without sessions there is no order.
        if (chance.Happens(0.2)) waiting.Reverse();
    }

    public IReadOnlyList<ServiceBusReceivedMessage> TakeCommands(string pop, int max)
    {
        var taken = Commands(pop).Where(m => m.LockedUntil <= agenda.Now).Take(max).ToList();
        foreach (var message in taken)
        {
            message.Lock = NewLock();
            message.LockedUntil = agenda.Now + LockDuration;
            message.Deliveries++;
        }

        return [.. taken.Select(m => m.Deliver())];
    }

    /// <summary>Done with a command, for good or as a dead letter.</summary>
    /// <exception cref="ServiceBusException">Its lock ran out.</exception>
    public void SettleCommand(string pop, ServiceBusReceivedMessage received, string? deadLetterReason)
    {
        var message = Commands(pop).Find(m => m.Lock.ToString() == received.LockToken && m.LockedUntil > agenda.Now)
            ?? throw new ServiceBusException("The lock ran out.", ServiceBusFailureReason.MessageLockLost);
        Commands(pop).Remove(message);
        if (deadLetterReason is null) return;
        message.DeadLetterReason = deadLetterReason;
        DeadLetters.Add(message);
    }

    public void AbandonCommand(string pop, ServiceBusReceivedMessage received)
    {
        if (Commands(pop).Find(m => m.Lock.ToString() == received.LockToken) is { } message) message.LockedUntil = default;
    }

    /// <summary>Locks a session that has messages and no holder; null when there is none.</summary>
    public SessionHold? AcceptSession()
    {
        var free = _sessions.Values.Where(s => s.Messages.Count > 0 && s.LockedUntil <= agenda.Now).ToList();
        if (free.Count == 0) return null;
        var session = chance.One(free);
        session.Holder = new object();
        session.LockedUntil = agenda.Now + LockDuration;
        return new SessionHold(session, session.Holder);
    }

    public void Renew(SessionHold hold)
    {
        Check(hold);
        hold.Session.LockedUntil = agenda.Now + LockDuration;
    }

    public static void Release(SessionHold hold)
    {
        if (ReferenceEquals(hold.Session.Holder, hold.Holder)) hold.Session.LockedUntil = default;
    }

    public IReadOnlyList<ServiceBusReceivedMessage> Take(SessionHold hold, int max)
    {
        Check(hold);
        var taken = hold.Session.Messages.Take(max).ToList();
        foreach (var message in taken)
        {
            message.Lock = NewLock();
            message.Deliveries++;
        }

        return [.. taken.Select(m => m.Deliver())];
    }

    public void Settle(SessionHold hold, ServiceBusReceivedMessage received, string? deadLetterReason)
    {
        Check(hold);
        var message = hold.Session.Messages.Find(m => m.Number == received.SequenceNumber);
        if (message is null) return;
        hold.Session.Messages.Remove(message);
        if (deadLetterReason is not null) DeadLetter(message, deadLetterReason);
    }

    /// <summary>Gives messages back; one that came too often is a dead letter.</summary>
    public void Abandon(SessionHold hold, IReadOnlyList<ServiceBusReceivedMessage> received)
    {
        Check(hold);
        foreach (var message in hold.Session.Messages.Where(m => received.Any(r => r.SequenceNumber == m.Number) && m.Deliveries >= MaxDeliveries).ToList())
        {
            hold.Session.Messages.Remove(message);
            DeadLetter(message, "MaxDeliveryCountExceeded");
        }
    }

    private void DeadLetter(BusMessage message, string reason)
    {
        message.DeadLetterReason = reason;
        DeadLetters.Add(message);
    }

    private void Check(SessionHold hold)
    {
        if (!ReferenceEquals(hold.Session.Holder, hold.Holder) || hold.Session.LockedUntil <= agenda.Now)
            throw new ServiceBusException("The session's lock ran out.", ServiceBusFailureReason.SessionLockLost);
    }

    private List<BusMessage> Commands(string pop)
    {
        if (!_commands.TryGetValue(pop, out var waiting)) _commands.Add(pop, waiting = []);
        return waiting;
    }

    // Never random: a lock's name must not differ between two runs of a seed.
    private Guid NewLock() => new(0, 0, 0, BitConverter.GetBytes(++_locks));
}

/// <summary>Messages of one sender's stream, in order, and who has them.</summary>
internal sealed class BusSession(string id)
{
    public string Id => id;

    public List<BusMessage> Messages { get; } = [];

    public object? Holder { get; set; }

    public DateTimeOffset LockedUntil { get; set; }
}

/// <summary>A holder's claim on a session.</summary>
internal sealed record SessionHold(BusSession Session, object Holder);
