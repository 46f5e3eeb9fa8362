using Marquee.Simulation.Net;
using Marquee.Simulation.Processor;
using Marquee.Simulation.Time;

namespace Marquee.Simulation.World;

/// <summary>What goes wrong in an evening: each storm begins at a moment of the seed's, and ends.</summary>
internal sealed class Storms(SimWorld world)
{
    private readonly Chance _chance = world.Seed.Of("storms");

    public void Plan()
    {
        for (var storm = 0; storm < world.Plan.Storms; storm++)
        {
            var begin = world.Plan.Evening * _chance.Part();
            // Short ones end within a customer's patience, long ones outlast every time-out.
            var length = TimeSpan.FromSeconds(_chance.Happens(0.5) ? 1 + (5 * _chance.Part()) : 5 + (90 * _chance.Part()));
            var kind = _chance.Int(0, 18);
            world.Agenda.In(begin, () => Begin(kind, length));
        }

        if (world.Plan.Overnight) world.Agenda.In(world.Plan.Evening, Overnight);
    }

    private void Begin(int kind, TimeSpan length)
    {
        if (!world.StormsBlow) return;
        var pop = _chance.One(world.Pops);
        switch (kind)
        {
            case 0 or 1 or 14 or 15:
                Blow(pop.ProcessorLink, "line to the processor", length, Cut(pop.ProcessorLink));
                break;
            case 2:
                Blow(pop.ProcessorLink, "line to the processor", length, Weather.Of(20, 3_000, _chance.Part() * 0.6, _chance.Part() * 0.4));
                break;
            case 3 or 16:
                Feel(length);
                break;
            case 4:
                Blow(pop.BusLink, "line to the bus", length, Cut(pop.BusLink));
                break;
            case 5:
                Blow(pop.BusLink, "line to the bus", length, Weather.Of(10, 8_000, _chance.Part() * 0.7, _chance.Part() * 0.4));
                break;
            case 6:
                Blow(world.CloudBusLink, "cloud's line to the bus", length, _chance.Happens(0.5) ? Cut(world.CloudBusLink) : Weather.Of(10, 9_000, 0.3, 0.1));
                break;
            case 7:
                Blow(world.TableLink, "cloud's line to the tables", length, _chance.Happens(0.3) ? Cut(world.TableLink) : Weather.Of(1, 2_000, _chance.Part() * 0.3, 0.05));
                break;
            case 8:
                Blow(pop.Lan, "terminals' network", length, Weather.Of(1, 4_000, _chance.Part() * 0.5, _chance.Part() * 0.5));
                break;
            case 9 or 10 or 17:
                pop.CrashAfter(_chance.Int(1, 60), powerCut: _chance.Happens(0.6));
                break;
            case 11:
                world.Run(pop.RestartAsync);
                break;
            case 12:
                world.CrashHost(_chance.Int(1, 30));
                break;
            default:
                Fill(pop, length);
                break;
        }
    }

    private void Blow(Link link, string what, TimeSpan length, Weather weather)
    {
        world.Story?.Tell("storm", $"{what}: {(weather.IsCut ? "cut" : $"loss {weather.Loss:P0}, doubling {weather.Doubling:P0}, to {weather.LatencyMost.TotalSeconds:F1} s")} for {length.TotalSeconds:F0} s");
        link.Blow(weather);
        world.Agenda.In(length, link.Clear);
    }

    private void Feel(TimeSpan length)
    {
        var mood = _chance.Int(0, 4) switch
        {
            0 => new ProcessorMood { Slow = 0.7 },
            1 => new ProcessorMood { FailsBefore = 0.4, FailsAfter = 0.3 },
            2 => new ProcessorMood { RateLimited = 0.7 },
            _ => new ProcessorMood { BadGateway = 0.4, FailsAfter = 0.1, Slow = 0.2 },
        };
        world.Story?.Tell("storm", $"{mood} for {length.TotalSeconds:F0} s");
        world.Processor.Mood = mood;
        world.Agenda.In(length, () => world.Processor.Mood = ProcessorMood.Well);
    }

    private void Fill(Pop pop, TimeSpan length)
    {
        world.Story?.Tell("storm", $"{pop.Id}'s disk is full for {length.TotalSeconds:F0} s");
        pop.Disk.IsFull = true;
        world.Agenda.In(length, () => pop.Disk.IsFull = false);
    }

    private void Overnight()
    {
        foreach (var pop in world.Pops)
        {
            pop.OffUntil = world.Agenda.Elapsed + TimeSpan.FromHours(23 + (10 * _chance.Part()));
            pop.CrashAfter(1, powerCut: true);
        }
    }

    private static Weather Cut(Link link) => link.Weather with { IsCut = true };
}
