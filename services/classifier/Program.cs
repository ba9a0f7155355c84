using Moodstream.Classifier;
using Moodstream.ServiceDefaults;
using Moodstream.Sidecar;

var builder = ServiceProgram.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop
builder.AddBuildingBlocks();             // pub/sub and state: Dapr's, or this process's own
builder.AddClassifier();                 // tweets.raw -> tweets.scored | tweets.rejected

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready
app.MapBuildingBlocks();                 // what a Dapr sidecar calls

app.Run();
