namespace Marquee.Local.Functions.Invocation;

/// <summary>Where invocation ids come from. Register another one to make runs repeatable.</summary>
internal interface IInvocationIds
{
    string Next();
}

/// <summary>Time-ordered random ids.</summary>
internal sealed class TimeOrderedInvocationIds(TimeProvider time) : IInvocationIds
{
    public string Next() => Guid.CreateVersion7(time.GetUtcNow()).ToString();
}
