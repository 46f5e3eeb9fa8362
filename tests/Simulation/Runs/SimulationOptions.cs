using System.Globalization;
using Marquee.Simulation.World;

namespace Marquee.Simulation.Runs;

/// <summary>What is asked for on the command line: <c>[--seeds N] [--from S] [--processes N] [--mutation NAME] [--trace]</c>.</summary>
internal sealed record SimulationOptions(ulong From, int Seeds, int Processes, Mutation Mutation, bool Trace)
{
    private const int DefaultSeeds = 2_000;

    /// <exception cref="FormatException">An option is unknown or its value is none.</exception>
    public static SimulationOptions Parse(string[] args)
    {
        var options = new SimulationOptions(1, DefaultSeeds, Environment.ProcessorCount, Mutation.None, false);
        for (var at = 0; at < args.Length; at++)
        {
            string Value() => ++at < args.Length ? args[at] : throw new FormatException($"{args[at - 1]} needs a value.");
            options = args[at] switch
            {
                "--seeds" => options with { Seeds = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--from" => options with { From = ulong.Parse(Value(), CultureInfo.InvariantCulture) },
                "--processes" => options with { Processes = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--mutation" => options with { Mutation = Enum.TryParse<Mutation>(Value(), ignoreCase: true, out var mutation) ? mutation : throw new FormatException("There is no such mutation.") },
                "--trace" => options with { Trace = true },
                _ => throw new FormatException($"There is no option {args[at]}."),
            };
        }

        return options.Seeds < 1 || options.Processes < 1 ? throw new FormatException("At least one seed and one process.") : options;
    }

    /// <summary>The command that plays one seed again.</summary>
    public string Again(ulong seed) => string.Create(
        CultureInfo.InvariantCulture, $"./marquee simulate --seeds 1 --from {seed}{(Mutation == Mutation.None ? "" : $" --mutation {Mutation}")}");
}
