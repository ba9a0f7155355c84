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
        var json = CommonOptions.Json("Print the findings as one JSON object.");
        var command = new Command("doctor", "Check this machine: runtime, processor and kernels, model, port, data folder.")
        {
            model, port, data, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var examination = new Examination(parsed.GetValue(model), parsed.GetValue(port), parsed.GetValue(data)!);
            var findings = await examination.RunAsync(cancellationToken);
            DoctorReport.Write(findings, parsed.GetValue(json));
            return findings.Any(f => f.State == FindingState.Missing) ? ExitCodes.Unreadable : ExitCodes.Ok;
        });
        return command;
    }
}
