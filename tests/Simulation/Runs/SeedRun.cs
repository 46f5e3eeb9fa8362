using Marquee.Simulation.World;

namespace Marquee.Simulation.Runs;

/// <summary>What came of a seed. <see cref="Trace"/> is the same whenever the same seed is run on the same code.</summary>
internal sealed record SeedResult(
    ulong Seed, string? Invariant, string? Failure, ulong Trace, long Steps, int Orders, int Approved, int Offline, int Lives, TimeSpan Played, IReadOnlyCollection<string> Story);

/// <summary>Plays one seed, from an empty disk to closed books.</summary>
internal static class SeedRun
{
    public static async Task<SeedResult> PlayAsync(ulong seed, Mutation mutation, bool tell)
    {
        // Locks of stores are the system's; everything else of the disk is simulated.
        var folder = Directory.CreateTempSubdirectory("marquee-simulation-");
        try
        {
            var world = new SimWorld(WorldPlan.Of(seed, mutation), folder.FullName, tell);
            string? invariant = null, failure = null;
            try
            {
                await world.RunAsync().ConfigureAwait(false);
            }
            catch (ViolationException violation)
            {
                (invariant, failure) = (violation.Invariant, violation.Message);
            }
#pragma warning disable CA1031 // A bug in what is simulated, or in the simulation: either is the seed's result.
            catch (Exception e)
#pragma warning restore CA1031
            {
                (invariant, failure) = ("nothing breaks", e.ToString());
            }

            await world.DisposeAsync().ConfigureAwait(false);
            return new SeedResult(
                seed, invariant, failure, world.Agenda.Trace, world.Agenda.Steps, world.Plan.Orders, world.Watch.Approved, world.Watch.Offline, world.Lives,
                world.Agenda.Elapsed, world.Story?.Lines ?? []);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
