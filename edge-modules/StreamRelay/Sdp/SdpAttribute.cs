namespace Marquee.StreamRelay.Sdp;

/// <summary>An <c>a=</c> line: a name, and a value unless it is a flag.</summary>
internal readonly record struct SdpAttribute(string Name, string? Value = null)
{
    public override string ToString() => Value is null ? $"a={Name}" : $"a={Name}:{Value}";
}
