// Keys of the desk. Everything they do is also a link or a button.
"use strict";
