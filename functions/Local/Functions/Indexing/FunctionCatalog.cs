using Marquee.Local.Functions.Invocation;

namespace Marquee.Local.Functions.Indexing;

/// <summary>The app's functions, all checked.</summary>
internal sealed class FunctionCatalog(IReadOnlyList<FunctionDescriptor> functions)
{
    public IReadOnlyList<FunctionDescriptor> Functions { get; } = functions;

    public IEnumerable<(FunctionDescriptor Function, TTrigger Trigger)> WithTrigger<TTrigger>() =>
        from function in Functions where function.Trigger is TTrigger select (function, (TTrigger)(object)function.Trigger);
}
