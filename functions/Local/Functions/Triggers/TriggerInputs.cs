using System.Reflection;
using Marquee.Local.Functions.Invocation;

namespace Marquee.Local.Functions.Triggers;

/// <summary>What one kind of trigger can put into parameters.</summary>
internal abstract class TriggerInputs
{
    /// <summary>The trigger parameter's source; null when its type is not supported.</summary>
    public abstract ParameterSource? Trigger(ParameterInfo parameter);

    /// <summary>The source of another parameter by its type; null when there is none.</summary>
    public virtual ParameterSource? Other(ParameterInfo parameter) => null;

    /// <summary>Whether the event may know a value of that name.</summary>
    public virtual bool HasNamed(string name) => false;
}
