namespace Marquee.Simulation.World;

/// <summary>Something that must never be, was. <paramref name="invariant"/>: which rule, in a few stable words.</summary>
internal sealed class ViolationException(string invariant, string detail) : Exception($"{invariant}: {detail}")
{
    public string Invariant => invariant;
}
