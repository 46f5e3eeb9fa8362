using System.Security.Cryptography;
using System.Text;

namespace Marquee.StreamRelay.Trunk.Wire;

/// <summary>What became of a handshake datagram.</summary>
internal enum HelloOutcome
{
    /// <summary>Not ours, not authentic, or nothing new.</summary>
    Ignored,

    /// <summary>Authentic, and to be answered by <see cref="Handshake.WriteAnswer"/>.</summary>
    Answer,

    /// <summary>The other side is still to hear that there is a session: <see cref="Handshake.WriteConfirmation"/>.</summary>
    Confirm,

    /// <summary>A session was made; <see cref="Handshake.WriteConfirmation"/> tells the other side.</summary>
    Established,

    /// <summary>As <see cref="Established"/>, with a side that has forgotten what was before.</summary>
    EstablishedAnew,
}

/// <summary>
/// The handshake of one side with one other PoP, and the sessions that came of it. Either side may begin, both at once too. A nonce of ours
/// makes one session and no second one, so that a recorded handshake cannot bring an old session, and its nonces, back.
/// </summary>
internal sealed class Handshake : IDisposable
{
    private readonly string _ourPop;
    private readonly string _theirPop;
    private readonly Action<Span<byte>> _random;
    private readonly byte[] _nonce = new byte[HelloFrame.NonceBytes];
    private readonly byte[] _sessionOurs = new byte[HelloFrame.NonceBytes];
    private readonly byte[] _sessionTheirs = new byte[HelloFrame.NonceBytes];
    private TrunkKey[] _keys;
    private ulong _theirInstance;
    private int _attempts;

    /// <param name="keys">At least one.</param>
    /// <param name="random">Fills with unguessable bytes.</param>
    public Handshake(string ourPop, string theirPop, IReadOnlyList<TrunkKey> keys, Action<Span<byte>> random)
    {
        (_ourPop, _theirPop, _random) = (ourPop, theirPop, random);
        _keys = [.. keys.OrderBy(k => k.Id)];
        random(_nonce);
        Span<byte> instance = stackalloc byte[sizeof(ulong)];
        random(instance);
        Instance = BitConverter.ToUInt64(instance);
    }

    /// <summary>Which life of ours this is.</summary>
    public ulong Instance { get; }

    public TrunkSession? Current { get; private set; }

    /// <summary>The session before: datagrams under it may be on the way, and until the new one is confirmed it goes on.</summary>
    public TrunkSession? Previous { get; private set; }

    /// <summary>What to seal with; null before the first session.</summary>
    public TrunkSession? Sealing => Current is { IsConfirmed: false } && Previous is not null ? Previous : Current;

    /// <summary>The session was made with a key that is not the newest.</summary>
    public bool IsKeyOutdated => Current is not null && Current.Key.Id != _keys[^1].Id;

    public TrunkSession? Find(uint id) => Current?.Id == id ? Current : Previous?.Id == id ? Previous : null;

    /// <summary>Takes new keys over. Sessions of a key that is gone end at once.</summary>
    public void Use(IReadOnlyList<TrunkKey> keys)
    {
        _keys = [.. keys.OrderBy(k => k.Id)];
        if (Previous is not null && !IsValid(Previous.Key)) DropPrevious();
        if (Current is null || IsValid(Current.Key)) return;
        Current.Dispose();
        Current = null;
        DropPrevious();
    }

    /// <summary>Begins, or begins anew. Without a session, older keys get their turn: the other side may not have the newest yet.</summary>
    public int WriteBeginning(Span<byte> to, byte link)
    {
        var key = Current is not null ? _keys[^1] : _keys[^(1 + (_attempts++ / TrunkWire.MaxLinks % _keys.Length))];
        Span<byte> nothing = stackalloc byte[HelloFrame.NonceBytes];
        nothing.Clear();
        return HelloFrame.Write(to, link, key, Instance, _nonce, nothing, isEstablished: false, _ourPop, _theirPop);
    }

    public int WriteAnswer(Span<byte> to, byte link, in HelloFrame hello) =>
        HelloFrame.Write(to, link, Key(hello.KeyId)!, Instance, _nonce, hello.Nonce, isEstablished: false, _ourPop, _theirPop);

    /// <summary>Tells the other side that we have the session.</summary>
    public int WriteConfirmation(Span<byte> to, byte link) =>
        HelloFrame.Write(to, link, Current!.Key, Instance, _sessionOurs, _sessionTheirs, isEstablished: true, _ourPop, _theirPop);

    public HelloOutcome Take(in HelloFrame hello, long nowUs)
    {
        if (!Ascii.Equals(hello.From, _theirPop) || !Ascii.Equals(hello.To, _ourPop)) return HelloOutcome.Ignored;
        if (Key(hello.KeyId) is not { } key || !hello.IsAuthentic(key)) return HelloOutcome.Ignored;
        var isOfSession = Current is not null && hello.Nonce.SequenceEqual(_sessionTheirs);
        if (isOfSession && hello.Echo.SequenceEqual(_sessionOurs))
        {
            if (hello.IsEstablished) Current!.Confirm();
            return HelloOutcome.Ignored;
        }
        if (hello.Echo.SequenceEqual(_nonce)) return Establish(key, hello, nowUs);
        // Begun twice, over two links: it is still to hear that we have come to an end.
        if (isOfSession) return Current!.IsConfirmed ? HelloOutcome.Ignored : HelloOutcome.Confirm;
        return HelloOutcome.Answer;
    }

    /// <summary>The other side has long taken the new session up.</summary>
    public void DropPrevious()
    {
        Previous?.Dispose();
        Previous = null;
    }

    public void Dispose()
    {
        DropPrevious();
        Current?.Dispose();
        Current = null;
    }

    private HelloOutcome Establish(TrunkKey key, in HelloFrame hello, long nowUs)
    {
        var isAnew = Current is null || hello.Instance != _theirInstance;
        DropPrevious();
        if (isAnew) Current?.Dispose();
        else Previous = Current;
        Current = new TrunkSession(key, _ourPop, _theirPop, _nonce, hello.Nonce, nowUs);
        if (hello.IsEstablished) Current.Confirm();
        _nonce.CopyTo(_sessionOurs, 0);
        hello.Nonce.CopyTo(_sessionTheirs);
        (_theirInstance, _attempts) = (hello.Instance, 0);
        _random(_nonce);
        return isAnew ? HelloOutcome.EstablishedAnew : HelloOutcome.Established;
    }

    private TrunkKey? Key(uint id) => Array.Find(_keys, k => k.Id == id);

    private bool IsValid(TrunkKey key) => Array.Exists(_keys, k => CryptographicOperations.FixedTimeEquals(k.HelloKey, key.HelloKey) && k.Id == key.Id);
}
