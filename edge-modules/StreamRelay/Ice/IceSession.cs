using System.Text;
using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Ice;

/// <summary>What a binding request of a known user fragment comes to.</summary>
internal enum IceVerdict
{
    /// <summary>Right: answer, learn the address, and take consent from it.</summary>
    Valid,

    /// <summary>400: no USERNAME or no MESSAGE-INTEGRITY.</summary>
    BadRequest,

    /// <summary>401: signed with another password, or the other fragment is wrong.</summary>
    Unauthenticated,

    /// <summary>420: an attribute that must be understood.</summary>
    UnknownAttribute,

    /// <summary>487: it believes itself controlled, but a lite agent never controls.</summary>
    RoleConflict,
}

/// <summary>
/// The lite agent of one peer (RFC 8445): answers checks, selects what is nominated, watches consent (RFC 7675), survives a restart.
/// </summary>
internal sealed class IceSession : IDisposable
{
    /// <summary>Addresses that one peer may hold at once: interfaces times families, and TCP.</summary>
    public const int MaxPaths = 8;

    public static readonly TimeSpan ConsentLifetime = TimeSpan.FromSeconds(30);

    private readonly List<IcePath> _paths = new(MaxPaths);
    private StunKey _key;
    private byte[] _remoteUfrag;

    public IceSession(IceCredentials local, string remoteUfrag, long now)
    {
        Local = local;
        _key = new StunKey(local.Password);
        _remoteUfrag = Encoding.ASCII.GetBytes(remoteUfrag);
        LastConsent = now;
    }

    public IceCredentials Local { get; private set; }

    public StunKey Key => _key;

    /// <summary>Time of the last valid request, or of the beginning.</summary>
    public long LastConsent { get; private set; }

    /// <summary>Where we send; null until the first valid request.</summary>
    public IcePath? Selected { get; private set; }

    public bool IsNominated { get; private set; }

    public IReadOnlyList<IcePath> Paths => _paths;

    public IceVerdict Check(in StunMessage request)
    {
        if (!request.HasUsername || !request.HasIntegrity) return IceVerdict.BadRequest;
        if (!request.IsAuthentic(_key)) return IceVerdict.Unauthenticated;
        // Some clients learn our answer before we have theirs whole; the password is what authenticates. The other half must still match.
        if (!IceCredentials.RemotePart(request.Username).SequenceEqual(_remoteUfrag)) return IceVerdict.Unauthenticated;
        if (request.UnknownAttribute != 0) return IceVerdict.UnknownAttribute;
        return request.IsControlled ? IceVerdict.RoleConflict : IceVerdict.Valid;
    }

    /// <summary>Takes a valid request's consequences.</summary>
    /// <param name="forgotten">The path given up for the new one when there are <see cref="MaxPaths"/>.</param>
    /// <returns>Whether the address is new to this peer.</returns>
    public bool Accept(in StunMessage request, IDatagramSender via, in PeerAddress from, long now, out IcePath? forgotten)
    {
        forgotten = null;
        LastConsent = now;
        var path = Find(from);
        var isNew = path is null;
        if (path is null)
        {
            if (_paths.Count == MaxPaths) forgotten = ForgetOldest();
            path = new IcePath(via, from);
            _paths.Add(path);
        }
        path.LastValid = now;
        // The latest nomination wins: a browser that changes networks nominates the new pair at once.
        if (request.UseCandidate) (Selected, IsNominated) = (path, true);
        // Before any nomination answers of DTLS follow the first address that proved itself.
        Selected ??= path;
        return isNew;
    }

    /// <summary>A TCP connection has gone.</summary>
    public void Lose(in PeerAddress address)
    {
        var path = Find(address);
        if (path is null) return;
        _paths.Remove(path);
        if (Selected == path) Selected = _paths.MaxBy(p => p.LastValid);
    }

    public bool HasConsent(long now, long lifetime) => now - LastConsent < lifetime;

    /// <summary>
    /// New credentials of both sides (RFC 8445 9). Media goes on over the selected path until the new ones nominate another.
    /// </summary>
    public void Restart(IceCredentials local, string remoteUfrag)
    {
        var old = _key;
        (Local, _key, _remoteUfrag) = (local, new StunKey(local.Password), Encoding.ASCII.GetBytes(remoteUfrag));
        IsNominated = false;
        old.Dispose();
    }

    public void Dispose() => _key.Dispose();

    private IcePath? Find(in PeerAddress address)
    {
        foreach (var path in _paths)
            if (path.Address == address) return path;
        return null;
    }

    private IcePath ForgetOldest()
    {
        var oldest = _paths.Where(p => p != Selected).MinBy(p => p.LastValid)!;
        _paths.Remove(oldest);
        return oldest;
    }
}

/// <summary>A validated remote address and the way to it.</summary>
internal sealed class IcePath(IDatagramSender via, PeerAddress address)
{
    public IDatagramSender Via => via;

    public PeerAddress Address => address;

    public long LastValid { get; set; }
}
