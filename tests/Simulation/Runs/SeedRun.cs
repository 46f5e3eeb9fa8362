using Marquee.Simulation.World;

namespace Marquee.Simulation.Runs;

/// <summary>Plays one seed, from an empty disk to closed books.</summary>
internal static class SeedRun
{
    public static async Task<SeedResult> PlayAsync(ulong seed, Mutation mutation, bool tell)
    {
        // Locks of stores are the system's; everything else of the disk is simulated.
        var folder = Directory.CreateTempSubdirectory("marquee-simulation-");
        try
        {
            await using var world = new SimWorld(WorldPlan.Of(seed, mutation), folder.FullName, tell);
            var result = new SeedResult { Seed = seed };
            try
            {
                await world.RunAsync().ConfigureAwait(false);
            }
            catch (ViolationException violation)
            {
                result = result with { Invariant = violation.Invariant, Failure = violation.Message };
            }
#pragma warning disable CA1031 // A bug in what is simulated, or in the simulation: either is the seed's result.
            catch (Exception e)
#pragma warning restore CA1031
            {
                result = result with { Invariant = "nothing breaks", Failure = e.ToString() };
            }

            return result with
            {
                Trace = world.Agenda.Trace,
                Steps = world.Agenda.Steps,
                Orders = world.Plan.Orders,
                Approved = world.Watch.Approved,
                Offline = world.Watch.Offline,
                Lives = world.Lives,
                Errors = world.Errors,
                Played = world.Agenda.Elapsed,
                Story = world.Story?.Lines ?? [],
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
