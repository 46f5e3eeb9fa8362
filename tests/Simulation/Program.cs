using System.Diagnostics;
using System.Globalization;
using Marquee.Simulation.Runs;
using Marquee.Simulation.World;

// The world runs on the pool's one thread; this one waits.
if (args is [Worker.Command, var mutation])
{
    await Task.Run(() => Worker.RunAsync(Enum.Parse<Mutation>(mutation)));
    return 0;
}

SimulationOptions options;
try
{
    options = SimulationOptions.Parse(args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync(e.Message + " [--seeds N] [--from S] [--processes N] [--mutation NAME] [--trace]");
    return 2;
}

if (options.Seeds == 1)
{
    var told = await Task.Run(() => SeedRun.PlayAsync(options.From, options.Mutation, tell: true));
    foreach (var line in told.Story) Console.WriteLine(line);
    Console.WriteLine(told);
    if (told.Failure is not null) Console.WriteLine($"BROKEN {told.Failure}");
    return told.Failure is null ? 0 : 1;
}

var watch = Stopwatch.StartNew();
var results = SimulationRun.Run(Environment.ProcessPath!, options);
if (options.Trace) foreach (var result in results) Console.WriteLine(result);
var failures = results.Where(r => r.Failure is not null).ToList();
foreach (var failure in failures) Console.WriteLine($"BROKEN seed={failure.Seed} {failure.Failure}\n       again, with its story: {options.Again(failure.Seed)}");
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"simulate seeds={results.Count} orders={results.Sum(r => r.Orders)} approved={results.Sum(r => r.Approved)} offline={results.Sum(r => r.Offline)} "
    + $"lives={results.Sum(r => r.Lives)} steps={results.Sum(r => r.Steps)} played_hours={results.Sum(r => r.Played.TotalHours):F0} "
    + $"seconds={watch.Elapsed.TotalSeconds:F0} broken={failures.Count}"));
return failures.Count == 0 ? 0 : 1;
