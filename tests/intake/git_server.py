"""Loop-back git servers for the tests: prints its port, then serves until it is killed.

    git_server.py git ROOT         git protocol (git daemon --inetd behind our listener)
    git_server.py http ROOT        smart http (git http-backend as CGI)
    git_server.py private ROOT     the same, after "Authorization: Basic" with tester:secret-token
    git_server.py stall ROOT       accepts and never answers
    git_server.py redirect TARGET  answers every request with a redirect to TARGET + path
"""

import base64
import http.server
import os
import socketserver
import subprocess
import sys
import threading

MODE, ROOT = sys.argv[1:3]


class GitHandler(socketserver.BaseRequestHandler):
    def handle(self):
        subprocess.run(
            ["git", "daemon", "--inetd", "--export-all", "--base-path=" + ROOT],
            stdin=self.request, stdout=self.request, stderr=subprocess.DEVNULL, check=False)


class StallHandler(socketserver.BaseRequestHandler):
    def handle(self):
        threading.Event().wait()


class HttpHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def serve(self):
        wanted = "Basic " + base64.b64encode(b"tester:secret-token").decode()
        if MODE == "redirect":
            self.send_response(302)
            self.send_header("Location", ROOT + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if MODE == "private" and self.headers.get("Authorization") != wanted:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="tests"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        environment = dict(
            os.environ, GIT_PROJECT_ROOT=ROOT, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path,
            QUERY_STRING=query, REQUEST_METHOD=self.command, REMOTE_ADDR="127.0.0.1",
            CONTENT_TYPE=self.headers.get("Content-Type", ""))
        done = subprocess.run(["git", "http-backend"], input=self.body(), env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = next((value for name, value in fields if name == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for name, value in fields:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = serve


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


HANDLERS = {"git": GitHandler, "stall": StallHandler}
with Server(("127.0.0.1", 0), HANDLERS.get(MODE, HttpHandler)) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
