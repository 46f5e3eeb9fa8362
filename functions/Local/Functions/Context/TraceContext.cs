using System.Collections.ObjectModel;

namespace Marquee.Local.Functions;

/// <summary>The W3C trace the invocation belongs to.</summary>
public abstract class TraceContext
{
    public abstract string TraceParent { get; }

    public abstract string TraceState { get; }

    public virtual IReadOnlyDictionary<string, string> Attributes => ReadOnlyDictionary<string, string>.Empty;
}
