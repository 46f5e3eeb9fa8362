using System.Globalization;

namespace Marquee.StreamRelay.Sdp;

/// <summary>Collects the lines of a session description while it is read.</summary>
internal sealed class SdpBuilder
{
    private readonly List<SdpAttribute> _session = [];
    private readonly List<MediaDescription> _media = [];
    private List<SdpAttribute>? _attributes;
    private MediaDescription? _open;
    private string? _origin;
    private string? _name;

    public bool HasVersion { get; private set; }

    /// <summary>Takes a line without its end; false when it cannot be part of a session description.</summary>
    public bool TryAdd(ReadOnlySpan<char> line)
    {
        if (line.Length < 2 || line[1] != '=') return false;
        var value = line[2..];
        switch (line[0])
        {
            case 'v':
                HasVersion = value is "0";
                return HasVersion;
            case 'o':
                _origin = value.ToString();
                return true;
            case 's':
                _name = value.ToString();
                return true;
            case 'a':
                (_attributes ?? _session).Add(Attribute(value));
                return true;
            case 'c':
                if (_open is not null) _open = _open with { Connection = value.ToString() };
                return true;
            case 'm':
                return TryOpenMedia(value);
            default:
                return char.IsAsciiLetterLower(line[0]); // b=, t=, e= and the like say nothing that we use
        }
    }

    public SessionDescription Build()
    {
        CloseMedia();
        var description = new SessionDescription { Attributes = _session, Media = _media };
        return description with { Origin = _origin ?? description.Origin, Name = _name ?? description.Name };
    }

    private bool TryOpenMedia(ReadOnlySpan<char> value)
    {
        if (_media.Count + (_open is null ? 0 : 1) >= SessionDescription.MaxMedia) return false;
        var parts = value.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 4 || parts.Length - 3 > SessionDescription.MaxFormats) return false;
        var port = parts[1].AsSpan();
        var slash = port.IndexOf('/');
        if (!ushort.TryParse(slash < 0 ? port : port[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        CloseMedia();
        _open = new MediaDescription { Kind = parts[0], Port = number, Protocol = parts[2], Formats = parts[3..] };
        _attributes = [];
        return true;
    }

    private void CloseMedia()
    {
        if (_open is not null) _media.Add(_open with { Attributes = _attributes! });
        _open = null;
    }

    private static SdpAttribute Attribute(ReadOnlySpan<char> value)
    {
        var colon = value.IndexOf(':');
        return colon < 0
            ? new SdpAttribute(value.ToString())
            : new SdpAttribute(value[..colon].ToString(), value[(colon + 1)..].ToString());
    }
}
