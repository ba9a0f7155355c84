using System.CommandLine;

namespace Moodstream.Cli.Doctor;

/// <summary>`moodstream doctor`: looks at everything the other commands need, and says what each is for.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var port = CommonOptions.Port();
        var data = CommonOptions.Data();
        var redis = RedisOption.Create();
        var dapr = new Option<bool>("--dapr") { Description = "Count what Dapr needs among what must be there." };
        var json = CommonOptions.Json("Print the findings as one JSON object.");
        var command = new Command(
            "doctor", "Check this machine: runtime, processor and kernels, model, port, data folder; Dapr and Redis.")
        {
            model, port, data, redis, dapr, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!RedisOption.TryGet(parsed, redis, out var address))
            {
                return ExitCodes.Unreadable;
            }

            var places = DaprPlaces.Here(address);
            var examination = new Examination(
                parsed.GetValue(model), parsed.GetValue(port), parsed.GetValue(data)!, new DaprChecks(places, parsed.GetValue(dapr)));
            var findings = await examination.RunAsync(cancellationToken);
            DoctorReport.Write(findings, parsed.GetValue(json));
            return findings.Any(f => f.State == FindingState.Missing) ? ExitCodes.Unreadable : ExitCodes.Ok;
        });
        return command;
    }
}
